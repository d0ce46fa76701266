/** Says something to those who do not see the page, once what is being said has been said. */
export function tellNews(text: string): void {
  const place = document.getElementById("news");
  if (place !== null) place.textContent = text;
}
