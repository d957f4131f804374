/** The keys of the page, as data: the handler and the help read the same table. */
export const keys = {
  "1–7": "views",
  "[ ]": "torrent before, after",
  "j k": "peer after, before",
  ", .": "follow the piece before, after",
  Escape: "let go of peer and piece, close",
  "/": "filter a table",
  i: "details",
  c: "controls",
  p: "projector",
  t: "light or dark",
  "e E": "save the view as PNG, as SVG",
  "?": "this help",
} as const;
