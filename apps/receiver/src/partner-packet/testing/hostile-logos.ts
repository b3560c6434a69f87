import { deflateRawSync } from 'node:zlib'

const head = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"'
const xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
const circle = '<circle cx="32" cy="32" r="30"/>'

/** A whole logo around what is given. */
export const svg = (inner: string, attributes = ''): string =>
  `<svg ${head} ${attributes}>${circle}${inner}</svg>`

const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>`
const script = '<script>alert(1)</script>'
const nestedUses = Array.from(
  { length: 9 },
  (_, level) => `<g id="g${level + 1}">${`<use href="#g${level}"/>`.repeat(10)}</g>`,
).join('')

/** Name, contents, and words that the refusal must hold. */
export const hostileLogos: readonly (readonly [name: string, contents: string | Buffer, words: string])[] = [
  ['a script', svg(script), '<script>'],
  ['a script from elsewhere', svg('<script href="https://evil.com/a.js"/>'), '<script>'],
  ['a script in capitals', svg('<SCRIPT>alert(1)</SCRIPT>'), '<SCRIPT>'],
  [
    'a script under a prefix',
    svg('<svg:script xmlns:svg="http://www.w3.org/2000/svg">a()</svg:script>'),
    '<svg:script>',
  ],
  [
    'a script under an unlikely prefix',
    svg('<x:script xmlns:x="http://www.w3.org/2000/svg">a()</x:script>'),
    '<x:script>',
  ],
  ['a script of HTML', svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml">a()</h:script>'), '<h:script>'],
  [
    'a script that calls itself a note',
    svg('<script xmlns="http://www.inkscape.org/namespaces/inkscape">a()</script>'),
    '<script>',
  ],
  ['a script in CDATA', svg('<script><![CDATA[alert(1)]]></script>'), '<script>'],
  [
    'a script in CDATA that HTML would see',
    svg('<title><![CDATA[<script>alert(1)</script>]]></title>'),
    'CDATA',
  ],
  ['a script in a comment that HTML ends early', svg('<!--><script>alert(1)</script>-->'), 'comment'],
  ['onload on the root', svg('', 'onload="alert(1)"'), 'onload'],
  ['onclick on a shape', svg('<path d="M0 0" onclick="alert(1)"/>'), 'onclick'],
  ['an event in mixed case', svg('<path d="M0 0" onLoad="alert(1)"/>'), 'onLoad'],
  [
    'an event on an inkscape note',
    svg('<i:grid xmlns:i="http://www.inkscape.org/namespaces/inkscape" onload="a()"/>'),
    'onload',
  ],
  ['a javascript: link', svg(`<a ${xlink} xlink:href="javascript:alert(1)">${circle}</a>`), 'xlink:href'],
  ['a javascript: link in disguise', svg('<use href="java&#x09;script:alert(1)"/>'), 'href'],
  [
    'a data: link with a script',
    svg('<use href="data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4=#x"/>'),
    'href',
  ],
  [
    'a data: picture with a script',
    svg('<image href="data:image/svg+xml,&lt;svg onload=&quot;a()&quot;/>"/>'),
    '<image>',
  ],
  ['a picture from elsewhere', svg('<image href="https://evil.com/a.png"/>'), '<image>'],
  ['a picture from the same folder', svg(`<image ${xlink} xlink:href="secret.png"/>`), '<image>'],
  ['a use of another file', svg('<svg><use href="other.svg#a"/></svg>'), 'href'],
  [
    'a use of another file under any prefix',
    svg('<use xmlns:q="http://www.w3.org/1999/xlink" q:href="//evil.com/a.svg#a"/>'),
    'q:href',
  ],
  ['a gradient from elsewhere', svg('<linearGradient id="a" href="https://evil.com/a.svg#g"/>'), 'href'],
  ['an @import', svg('<style>@import "https://evil.com/a.css";</style>'), '@import'],
  ['an @import in CDATA', svg('<style><![CDATA[@import url(//evil.com/a.css);]]></style>'), '@import'],
  ['an @import in capitals, as entities', svg('<style>&#64;IMPORT "//evil.com/a.css";</style>'), '@import'],
  ['an escaped @import', svg('<style>@\\69mport "//evil.com/a.css";</style>'), 'backslash'],
  [
    'a font from elsewhere',
    svg('<style>@font-face{font-family:a;src:url(//evil.com/f)}</style>'),
    '@font-face',
  ],
  ['url() in a style', svg('<style>path{fill:url("https://evil.com/a.svg#a")}</style>'), 'url()'],
  [
    'url() in a style that comments and strings hide',
    svg('<style>a{b:"/*"}path{fill:url(//evil.com/a)}a{b:"*/"}</style>'),
    'url()',
  ],
  [
    'url() in a style with an element within',
    svg('<style>path{fill:url<title> rotate</title>(//evil.com/a)}</style>'),
    '<style>',
  ],
  ['url() in a style attribute', svg('<path d="M0 0" style="fill:URL( //evil.com/a )"/>'), 'url()'],
  ['url() that is not closed', svg('<path d="M0 0" style="fill:url(//evil.com/a"/>'), 'url()'],
  ['url() in fill', svg('<path d="M0 0" fill="url(https://evil.com/a.svg#a)"/>'), 'url()'],
  ['url() that begins like an own one', svg('<path d="M0 0" fill="url(#a) url(//evil.com/a)"/>'), 'url()'],
  ['an escaped url() in fill', svg('<path d="M0 0" fill="\\75rl(//evil.com/a)"/>'), 'backslash'],
  ['image-set()', svg('<style>svg{background:image-set("//evil.com/a.png" 1x)}</style>'), 'image-set()'],
  [
    'foreignObject',
    svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>'),
    '<foreignObject>',
  ],
  ['foreignObject in other case', svg('<foreignobject/>'), '<foreignobject>'],
  ['an iframe', svg('<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.com"/>'), '<iframe>'],
  [
    'animate that changes href',
    svg(`<use ${xlink} href="#a"><animate attributeName="href" values="javascript:a()"/></use>`),
    '<animate>',
  ],
  [
    'set that changes href',
    svg('<use href="#a"><set attributeName="href" to="javascript:a()"/></use>'),
    '<set>',
  ],
  [
    'a filter that loads',
    svg('<filter id="f"><feImage href="https://evil.com/a.png"/></filter>'),
    '<feImage>',
  ],
  ['xml:base', svg('', 'xml:base="https://evil.com/"'), 'xml:base'],
  ['a link', svg(`<a href="https://evil.com">${circle}</a>`), '<a>'],
  ['an entity bomb', `${bomb}${svg('<text>&c;</text>')}`, 'DOCTYPE'],
  [
    'an entity from a file',
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text>&x;</text>')}`,
    'DOCTYPE',
  ],
  [
    'a DOCTYPE alone',
    `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">${svg('')}`,
    'DOCTYPE',
  ],
  ['an entity that nobody declared', svg('<text>&nbsp;</text>'), 'not well-formed'],
  [
    'a style sheet instruction',
    `<?xml-stylesheet href="https://evil.com/a.css"?>${svg('')}`,
    '<?xml-stylesheet',
  ],
  ['a PHP instruction', svg('<?php system("id") ?>'), '<?php'],
  ['a script behind a byte order mark', `\uFEFF${svg(script)}`, '<script>'],
  ['UTF-16', Buffer.from(`\uFEFF${svg(script)}`, 'utf16le'), 'UTF-8'],
  ['UTF-16 without a byte order mark', Buffer.from(svg(''), 'utf16le'), 'UTF-8'],
  ['UTF-7 by its declaration', `<?xml version="1.0" encoding="UTF-7"?>${svg('+ADw-script+AD4-')}`, 'UTF-8'],
  [
    'broken UTF-8',
    Buffer.concat([Buffer.from(svg('').slice(0, -6)), Buffer.from([0xc3, 0x28]), Buffer.from('</svg>')]),
    'UTF-8',
  ],
  ['a NUL', svg('<title>a\0b</title>'), 'UTF-8'],
  ['5 MB', svg(`<path d="${'M0 0'.repeat(1_310_720)}"/>`), 'bytes'],
  ['a compressed file (svgz)', deflateRawSync(svg('')), 'UTF-8'],
  ['HTML', '<!doctype html><html><body><svg></svg></body></html>', 'not well-formed'],
  ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 'UTF-8'],
  ['plain text', 'Our logo will follow.', 'not well-formed'],
  ['JSON', '{"svg": true}', 'not well-formed'],
  ['a truncated file', svg('').slice(0, -4), 'not well-formed'],
  ['two roots', svg('') + svg(''), 'not well-formed'],
  ['tags that cross', svg('<g><path d="M0 0"></g></path>'), 'not well-formed'],
  ['one attribute twice', svg('<path d="M0 0" d="M1 1"/>'), 'not well-formed'],
  ['an unbound prefix', svg('<foo:path/>'), 'not well-formed'],
  ['nothing', '', 'empty'],
  ['white space', ' \n ', 'not well-formed'],
  ['another root', `<html xmlns="http://www.w3.org/1999/xhtml">${svg('')}</html>`, 'outermost'],
  ['no namespace', '<svg viewBox="0 0 64 64"><path d="M0 0"/></svg>', 'outermost'],
  ['no viewBox', `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">${circle}</svg>`, 'viewBox'],
  ['a viewBox of words', svg('').replace('0 0 64 64', 'a b c d'), 'viewBox'],
  ['a viewBox without size', svg('').replace('0 0 64 64', '0 0 0 64'), 'viewBox'],
  ['a banner', svg('').replace('0 0 64 64', '0 0 640 64'), 'times as long'],
  ['nothing drawn', `<svg ${head}><title>Acme</title></svg>`, 'draws nothing'],
  ['uses that multiply', svg(`<path id="g0" d="M0 0"/>${nestedUses}`), 'uses its own parts'],
  ['too many uses', svg(`<path id="a" d="M0 0"/>${'<use href="#a"/>'.repeat(101)}`), 'uses its own parts'],
  ['groups without end', svg(`${'<g>'.repeat(500)}${'</g>'.repeat(500)}`), 'deep'],
]
