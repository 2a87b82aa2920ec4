// Tells the website around this frame that a page of ours came, whatever it says (embed.js waits for it). A module would
// come after the frame's load event, so this is none.
parent.postMessage({ coproduction: "here" }, "*");
