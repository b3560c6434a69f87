import { svg } from './hostile-logos.ts'

const inkscape = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:svg="http://www.w3.org/2000/svg"
  xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
  xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="64mm" height="64mm" viewBox="0 0 64 64"
  version="1.1" id="svg8" inkscape:version="1.3" sodipodi:docname="logo (final).svg"
  inkscape:export-filename="C:\\logos\\logo.png">
  <sodipodi:namedview id="base" pagecolor="#ffffff" inkscape:zoom="1"><inkscape:grid type="xygrid"/></sodipodi:namedview>
  <metadata id="m"><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>
    <dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></cc:Work></rdf:RDF></metadata>
  <defs><linearGradient id="a"><stop style="stop-color:#f00;stop-opacity:1" offset="0"/></linearGradient>
    <linearGradient id="b" xlink:href="#a" gradientTransform="matrix(1,0,0,1,0,0)"/></defs>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer"><path style="fill:url(#b);stroke:none" d="m 1,1 h 62 v 62 z"/></g>
</svg>`

/** Name and contents of logos that must be taken. */
export const goodLogos: readonly (readonly [name: string, contents: string])[] = [
  ['one shape', svg('')],
  ['what Inkscape writes', inkscape],
  [
    'what Illustrator writes',
    svg(
      '<style type="text/css">.st0{fill:#F00;} .st1{fill:url(#a);}</style><path class="st0" id="Group_(2)" data-name="Layer (1)" d="M0 0"/>',
    ),
  ],
  ['a style in CDATA', svg('<style><![CDATA[g > path { fill: rgb(1, 2, 3) }]]></style>')],
  [
    'colours for dark screens',
    svg('<style>@media (prefers-color-scheme: dark) { path { fill: #fff } }</style>'),
  ],
  [
    'gradients, masks and patterns of its own',
    svg(
      `<defs><radialGradient id="a"/><mask id="m"><rect/></mask></defs><path d="M0 0" fill="url(#a)" mask="url( '#m' )"/>`,
    ),
  ],
  [
    'a filter',
    svg('<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><path d="M0 0" filter="url(#f)"/>'),
  ],
  [
    'a shape that is used twice',
    svg('<symbol id="s"><path d="M0 0"/></symbol><use href="#s"/><use href=" #s "/>'),
  ],
  [
    'svg: as a prefix throughout',
    '<svg:svg xmlns:svg="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><svg:path d="M0 0"/></svg:svg>',
  ],
  ['a byte order mark', `\uFEFF${svg('')}`],
  ['a declaration', `<?xml version="1.0" encoding="utf-8"?>\n${svg('')}\n`],
  [
    'a name with < in it',
    svg('<title>Acme &lt;script&gt; &amp; Søn</title><desc>onload="a()" javascript:</desc>'),
  ],
  ['a viewBox with commas', svg('').replace('0 0 64 64', '-1.5,0 , 1e2 64.5')],
]
