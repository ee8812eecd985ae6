/* The handover sheet goes to the printer as the page's style for paper shows it. */
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
