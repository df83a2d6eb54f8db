/**
 * An SVG picture as the bytes of a PNG file.
 *
 * @param fontFile a TrueType file for all text: with system fonts, the picture would differ between machines
 * @param scale    pixels per pixel of the SVG
 */
export async function rasterize(svg: string, fontFile: string, scale: number): Promise<Uint8Array> {
  // Imported here: where its native code is forbidden, Node ends the process if a module needs it at once.
  const { Resvg } = await import("@resvg/resvg-js");
  const font = {
    loadSystemFonts: false,
    fontFiles: [fontFile],
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
  };
  const picture = new Resvg(svg, { font, fitTo: { mode: "zoom", value: scale } });
  return Uint8Array.from(picture.render().asPng());
}
