// What makes pages more comfortable; each of them works without it.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // Uploads: files are dropped, and their transfer is shown.
  const form = byId("upload");
  if (form) {
    const input = form.querySelector("input[type=file]");
    const zone = byId("drop");
    const list = byId("chosen");
    const progress = byId("transfer");
    const told = byId("told");
    const show = () => {
      list.replaceChildren(...Array.from(input.files, (file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KiB`;
        return item;
      }));
    };
    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("over"); });
    }
    zone.addEventListener("drop", (event) => {
      if (event.dataTransfer.files.length > 0) { input.files = event.dataTransfer.files; show(); }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      const request = new XMLHttpRequest();
      const end = (text) => {
        progress.hidden = true;
        button.disabled = false;
        told.textContent = text;
        told.hidden = false;
        told.focus();
      };
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRF-Token", form.elements.csrf.value);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) { progress.max = event.total; progress.value = event.loaded; }
      });
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* said below */ }
        if (request.status < 300 && answer.location) { window.location.assign(answer.location); return; }
        const refused = (answer.refused || []).map((one) => [one.file, one.detail].filter(Boolean).join(": "));
        end([answer.detail, ...refused, answer.remedy].filter(Boolean).join("\n") || form.dataset.failed);
      });
      request.addEventListener("error", () => end(form.dataset.failed));
      told.hidden = true;
      button.disabled = true;
      progress.hidden = false;
      request.send(new FormData(form));
    });
  }

  // Batches: their progress is told as it changes, and at the end the page is loaded again.
  const batch = byId("batch");
  if (batch && batch.dataset.events) {
    const events = new EventSource(batch.dataset.events);
    const bar = batch.querySelector("progress");
    events.addEventListener("progress", (event) => {
      const told = JSON.parse(event.data);
      for (const file of told.files || []) {
        const cell = byId(`file-${file.position}`);
        if (cell) { cell.textContent = batch.dataset[file.status] || file.status; }
      }
      const counts = told.counts || {};
      bar.value = (counts.done || 0) + (counts.failed || 0) + (counts.cancelled || 0);
    });
    events.addEventListener("done", () => { events.close(); window.location.reload(); });
  }
})();
