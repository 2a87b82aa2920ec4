// The page of kept suggestions: what only a script can do. Without it the page is whole.

const [print, share] = ["print", "share"].map((id) => document.getElementById(id));

print.hidden = false;
print.addEventListener("click", () => window.print());

if (navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => {
    navigator.share({ title: share.dataset.title, url: location.href }).catch(() => { /* changed their mind */ });
  });
}
