
"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll(".card")];
  const buttons = [...document.querySelectorAll("[data-filter]")];
  const search = find("search");
  const player = find("player");
  const video = find("video");
  let words = null;

  // The address holds the state, so that a view can be linked to and survives reloading.
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const filter = asked.get("filter");
    const known = buttons.some((button) => button.dataset.filter === filter);
    return { filter: known ? filter : "all", query: asked.get("q") || "" };
  };

  const write = (filter, query) => {
    const wanted = new URLSearchParams();
    if (filter !== "all") wanted.set("filter", filter);
    if (query) wanted.set("q", query);
    history.replaceState(null, "", "#" + wanted);
    show();
  };

  const show = () => {
    const { filter, query } = read();
    const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (terms.length) words ??= cards.map((card) => card.textContent.toLowerCase());
    let count = 0;
    cards.forEach((card, at) => {
      const group = filter === "all" || card.dataset.group === filter;
      card.hidden = !(group && terms.every((term) => words[at].includes(term)));
      count += !card.hidden;
    });
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    }
    if (search.value.trim() !== query) search.value = query;
    find("nothing").hidden = count > 0;
    find("shown").textContent =
      count === cards.length ? "" : `${count.toLocaleString("en")} of ${cards.length.toLocaleString("en")} shown`;
  };

  const play = (link) => {
    find("playing").textContent = link.closest(".card").querySelector("h3").textContent;
    find("file").href = link.href;
    find("broken").hidden = true;
    video.hidden = false;
    video.src = link.href;
    player.showModal();
    video.play().catch(() => {}); // told by "error", or the reader presses play
  };

  for (const button of buttons) {
    button.addEventListener("click", () => write(button.dataset.filter, read().query));
  }
  search.addEventListener("input", () => write(read().filter, search.value.trim()));
  find("everything").addEventListener("click", () => {
    write("all", "");
    search.focus();
  });
  find("gallery").addEventListener("click", (event) => {
    const link = event.target.closest("[data-plays]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    play(link);
  });
  video.addEventListener("error", () => {
    if (!video.hasAttribute("src")) return;
    find("broken").hidden = false;
    video.hidden = true;
  });
  player.addEventListener("close", () => {
    video.pause();
    video.removeAttribute("src");
    video.load();
  });
  player.addEventListener("click", (event) => {
    if (event.target === player) player.close();
  });
  window.addEventListener("hashchange", show);
  show();
})();
