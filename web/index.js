// @ts-check
/** The page itself: a room from the address, or a new one put there, so that the address is the invitation. */

import "./alongside.js";

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"; // none that are mistaken for another when read aloud
const ROOM_LETTERS = 10;

const address = new URL(location.href);
const room = address.searchParams.get("room") || newRoom();
address.searchParams.set("room", room);
const booth = address.searchParams.get("booth"); // who interprets got a link of their own; the invitation is for all
address.searchParams.delete("booth");
history.replaceState(null, "", address);

const call = document.createElement("alongside-call");
call.setAttribute("room", room);
call.setAttribute("invite", "");
if (booth) call.setAttribute("booth", booth);
document.querySelector("main")?.append(call);

function newRoom() {
  const bytes = crypto.getRandomValues(new Uint8Array(ROOM_LETTERS));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
}
