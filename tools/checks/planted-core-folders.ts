import { coreFolders, type CoreFolder } from './layers.ts'
import { allowed, forbidden, plant, typeOnly, type PlantedFile } from './planted-file.ts'

type Unplaced = Omit<PlantedFile, 'path'>

/** Every direction between two folders of the core, for values and for types, from one and two levels deep. */
export const plantedCoreFolders = (): readonly PlantedFile[] => [
  ...Object.entries(coreFolders).flatMap(([name, folder]) => [
    ...plant(neighbours(name, folder, '../'), { folder: `libs/core/src/${name}`, name: 'probe-folder' }),
    ...plant(neighbours(name, folder, '../../'), {
      folder: `libs/core/src/${name}/deep`,
      name: 'probe-deep',
    }),
    ...plant(everyFolder(name), {
      folder: `libs/core/src/${name}`,
      name: 'probe-folder',
      suffix: '.test.ts',
    }),
    ...plant([forbidden('express', `${name} imports Express`)], {
      folder: `libs/core/src/${name}`,
      name: 'probe-express',
    }),
  ]),
  ...plant([forbidden('./stores/planted.ts', 'a file beside index.ts imports stores')], {
    folder: 'libs/core/src',
    name: 'probe-beside',
  }),
  {
    ...allowed('./stores/planted.ts', 'index.ts names the stores'),
    path: 'libs/core/src/index.ts',
  },
]

const neighbours = (name: string, folder: CoreFolder, climb: string): readonly Unplaced[] =>
  Object.keys(coreFolders)
    .filter((other) => other !== name)
    .flatMap((other) => {
      const specifier = `${climb}${other}/planted.ts`
      const reason = `libs/core/src/${name} imports ${other}`
      const value = folder.values.includes(other) ? allowed : forbidden
      const type = folder.types.includes(other) ? allowed : forbidden
      return [value(specifier, reason), typeOnly(type(specifier, reason))]
    })

const everyFolder = (name: string): readonly Unplaced[] =>
  Object.keys(coreFolders)
    .filter((other) => other !== name)
    .map((other) => allowed(`../${other}/planted.ts`, `a test in ${name} joins ${other}`))
