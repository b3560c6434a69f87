export const svgNamespace = 'http://www.w3.org/2000/svg'

/** What puts something on the screen. */
export const drawingElements: ReadonlySet<string> = new Set(
  'circle ellipse line path polygon polyline rect text use'.split(' '),
)

/** What a still picture is made of. Nothing that runs, moves, links, or loads is among it. */
export const pictureElements: ReadonlySet<string> = new Set([
  ...drawingElements,
  ...'clipPath defs desc filter g linearGradient marker mask metadata pattern radialGradient stop'.split(' '),
  ...'style svg switch symbol textPath title tspan'.split(' '),
  ...'feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting'.split(' '),
  ...'feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR'.split(' '),
  ...'feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting'.split(' '),
  ...'feSpotLight feTile feTurbulence'.split(' '),
])

/** Namespaces of what drawing programs note for themselves. No browser acts on their elements. */
export const noteNamespaces: ReadonlySet<string> = new Set([
  'http://creativecommons.org/ns#',
  'http://purl.org/dc/elements/1.1/',
  'http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd',
  'http://web.resource.org/cc/',
  'http://www.inkscape.org/namespaces/inkscape',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
])
