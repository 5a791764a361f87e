import type { Choice } from '../../card/card.ts'
import { localTime } from '../local-day.ts'
import { cityOf, RENAMED, zoneFault } from '../zone.ts'
import { keyOf } from './click.ts'
import { sayOffset } from './times.ts'

/** Asking the runtime for its zones takes milliseconds, and it always says the same. */
const kept = new Map<'names', string[]>()

function names(): string[] {
  const known = kept.get('names') ?? [
    ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map(name => RENAMED[name] ?? name)]),
  ]
  kept.set('names', known)
  return known
}

const regionOf = (zone: string): string => zone.split('/')[0] as string

/** Regions with zones of their own, such as Europe. */
export const regions = (): string[] =>
  [
    ...new Set(
      names()
        .filter(name => name.includes('/'))
        .map(regionOf),
    ),
  ].sort()

/** What a picker of zones knows by its id: which region is shown, and the zones that stand first. */
export type ZoneList = { region: string; first: string[] }

/** `Europe.k3J9ab_x.8charsxx`: a region, and keys of zones. */
export const writeZoneList = ({ region, first }: ZoneList): string =>
  [region, ...first.slice(0, 2).map(keyOf)].join('.')

export function readZoneList(argument: string): ZoneList {
  const [region = '', ...keys] = argument.split('.')
  const known = names()
  return { region, first: keys.flatMap(key => known.filter(name => keyOf(name) === key)) }
}

/** Zones in the order in which they are offered: of a region, or all with the nearest at hand first. */
export function zonesOf({ region, first }: ZoneList): string[] {
  const all = names().toSorted()
  return region === '' ? [...new Set([...first, 'UTC', ...all])] : all.filter(name => regionOf(name) === region)
}

/** Zones that a typed text may mean, best first. */
export function findZones(text: string, list: ZoneList): string[] {
  const typed = text.trim().toLowerCase().replaceAll(' ', '_')
  const all = zonesOf({ ...list, region: '' })
  const begin = all.filter(name => cityOf(name).toLowerCase().startsWith(typed))
  const hold = all.filter(name => name.toLowerCase().includes(typed))
  const { zone, likely } = readZone(text)
  const meant = zone ?? likely
  return [...new Set([...(meant === undefined ? [] : [meant]), ...begin, ...hold])]
}

/** A zone by its name in any case, old names too: `europe/brussels`, `America/New York`, UTC. */
export function findZone(text: string): string | undefined {
  const typed = text.trim().replaceAll(' ', '_')
  const lower = typed.toLowerCase()
  const named =
    names().find(name => name.toLowerCase() === lower) ??
    Object.entries(RENAMED).find(([name]) => name.toLowerCase() === lower)?.[1]
  if (named !== undefined) return named
  const isName = typed.includes('/') || /^[A-Z]{3,4}$/.test(typed)
  return isName && zoneFault(typed) === undefined ? typed : undefined
}

/** The zone that a city gives its name. */
export function findCity(text: string): string | undefined {
  const lower = text.trim().replaceAll(' ', '_').toLowerCase()
  return names().find(name => cityOf(name).toLowerCase() === lower)
}

/** The zone of a name or a city; else the one that was likely meant. */
export function readZone(text: string): { zone?: string; likely?: string } {
  const zone = findZone(text) ?? findCity(text)
  if (zone !== undefined) return { zone }
  const likely = zoneFault(text.trim().replaceAll(' ', '_'))?.split('most likely ')[1]
  return likely === undefined ? {} : { likely }
}

export const zoneChoice = (zone: string, now: Date): Choice => ({
  label: zone,
  value: zone,
  description: `${localTime(now, zone)} now, ${sayOffset(zone, now)}`,
})
