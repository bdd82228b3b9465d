// The rows of the figures in a box beside the pointer. Without this the
// browser shows them as titles.
(function () {
  var tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);
  document.querySelectorAll(".marks rect").forEach(function (rect) {
    var title = rect.querySelector("title");
    rect.dataset.row = title.textContent;
    title.remove();
  });
  function show(event) {
    var row = event.target.dataset && event.target.dataset.row;
    tip.hidden = !row;
    if (!row) return;
    tip.textContent = row;
    var x = event.clientX + 14, y = event.clientY + 14;
    if (x + tip.offsetWidth > innerWidth - 8) x = Math.max(8, event.clientX - tip.offsetWidth - 14);
    if (y + tip.offsetHeight > innerHeight - 8) y = Math.max(8, event.clientY - tip.offsetHeight - 14);
    tip.style.left = x + "px";
    tip.style.top = y + "px";
  }
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", function () { tip.hidden = true; }, { passive: true });
})();
