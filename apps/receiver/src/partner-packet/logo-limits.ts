/** Largest logo that is taken. Mixpanel publishes no limits; these let every logo pass that was drawn as one. */
export const maxLogoBytes = 200 * 1024

/** The longer side over the shorter one: logos are shown in squares. */
export const maxLogoRatio = 2

/** Elements within elements. */
export const maxLogoDepth = 100

/** Most `use` elements. */
export const maxLogoUses = 100
