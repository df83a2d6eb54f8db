import { fileURLToPath } from "node:url";

/** The font for all text in pictures, which the build puts beside the reports. */
export const fontFile = fileURLToPath(new URL("../report/fonts/DejaVuSans.ttf", import.meta.url));
