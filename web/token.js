// @ts-check
/** Where the token to join comes from: given, the embedder's server, or a guest token of ours. */

/** The reason a token could not be had, fit to be shown. */
export class TokenError extends Error {
  /** @param {string} message @param {number} [status] of the HTTP answer */
  constructor(message, status) {
    super(message);
    this.name = "TokenError";
    this.status = status;
  }
}

/**
 * @param {{server: string, token: string, tokenUrl: string, room: string, name: string, signal: AbortSignal}} wanted
 * @returns {Promise<string>}
 * @throws {TokenError}
 */
export async function getToken({ server, token, tokenUrl, room, name, signal }) {
  if (token) return token;
  const url = tokenUrl || `${server}/api/guest-token`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ room, ...(name && { name }) }),
    signal,
  }).catch((error) => {
    throw new TokenError(signal.aborted ? "left" : String(error.message));
  });
  if (!response.ok) throw new TokenError(`status ${response.status}`, response.status);
  const answer = await response.json().catch(() => null);
  if (typeof answer?.token !== "string") throw new TokenError("the answer holds no token", response.status);
  return answer.token;
}
