/** A file that the probe writes, and the rule that must report it; none for a file that must pass. */
export interface PlantedFile {
  readonly path: string
  readonly code: string
  readonly rule?: string
  /** What the file breaks, or uses rightly, in words. */
  readonly reason: string
}

/** Takes a file's folder, suffix and so on, and gives every planted file a path of its own. */
export const plant = (files: readonly Omit<PlantedFile, 'path'>[], place: Place): readonly PlantedFile[] =>
  files.map((file, index) => ({
    ...file,
    path: `${place.folder}/${place.name}-${index}${place.suffix ?? '.ts'}`,
  }))

export interface Place {
  readonly folder: string
  readonly name: string
  readonly suffix?: string
}

export const importRule = 'eslint(no-restricted-imports)'

export const allowed = (specifier: string, reason: string): Omit<PlantedFile, 'path'> => ({
  code: `export { planted } from '${specifier}'\n`,
  reason: `${reason} (${specifier})`,
})

export const forbidden = (specifier: string, reason: string): Omit<PlantedFile, 'path'> => ({
  ...allowed(specifier, reason),
  rule: importRule,
})

export const typeOnly = (file: Omit<PlantedFile, 'path'>): Omit<PlantedFile, 'path'> => ({
  ...file,
  code: file.code.replace('export {', 'export type {'),
  reason: `${file.reason}, type only`,
})
