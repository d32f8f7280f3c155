for (const article of document.querySelectorAll("article[data-duration]")) {
  const audio = article.querySelector("audio");
  const playhead = article.querySelector(".playhead");
  const width = article.querySelector("svg").viewBox.baseVal.width;
  audio.addEventListener("timeupdate", () => {
    const x = (audio.currentTime / Number(article.dataset.duration)) * width;
    playhead.setAttribute("x1", x);
    playhead.setAttribute("x2", x);
  });
}
