/** What a visitor without a cookie sees. No style and no script: the policy allows neither inside a page. */
export function signInPage(problem = "This page needs the link of the lab."): string {
  return page(`<p>${problem}</p>
<p>Run <code>lab open</code> in the lab's folder, or <code>docker compose exec web link</code>.</p>`);
}

/**
 * Opens the same address again, this time from a page of ours.
 * @param search the address' query with its `?`, or empty.
 */
export function comeAgainPage(search: string): string {
  const address = `/${escapeHtml(search)}`;
  return page(
    `<p><a href="${address}">Open the lab</a></p>`,
    `<meta http-equiv="refresh" content="0; url=${address}">`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (special) => `&#${special.charCodeAt(0)};`);
}

function page(body: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>torrent-lab</title></head>
<body>
<h1>torrent-lab</h1>
${body}
</body>
</html>
`;
}
