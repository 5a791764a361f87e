import type { WebClient } from '@slack/web-api'
import type { Asker, Clock } from '../platform.ts'

/** What Slack tells of a user. */
type Profile = Pick<Asker, 'manager' | 'zone' | 'locale'>

/** A user's profile is asked for again after this time, and at most so many are kept. */
const KEPT_MS = 10 * 60_000
const MOST_KEPT = 5000

/** An answer does not wait longer for who asks; without an answer nobody is a manager. */
const WAIT_MS = 1000

const UNKNOWN: Profile = { manager: false }

/** Says who asks: workspace admins and owners are managers. https://docs.slack.dev/reference/methods/users.info */
export function createAskers(client: WebClient, clock: Clock) {
  const kept = new Map<string, { until: number; profile: Profile }>()
  const asked = new Map<string, Promise<Profile>>()

  const keep = (user: string, profile: Profile): Profile => {
    kept.delete(user)
    kept.set(user, { until: clock.now().getTime() + KEPT_MS, profile })
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string)
    return profile
  }

  /** Asks Slack, once for all who want to know at the same time. */
  function ask(user: string): Promise<Profile> {
    const asking =
      asked.get(user) ??
      askProfile(client, user)
        .then(profile => keep(user, profile))
        .catch(() => UNKNOWN)
        .finally(() => asked.delete(user))
    asked.set(user, asking)
    return asking
  }

  async function profileOf(user: string): Promise<Profile> {
    const known = kept.get(user)
    if (known && known.until > clock.now().getTime()) return known.profile
    const late = new AbortController()
    const unknown = () => UNKNOWN
    try {
      return await Promise.race([ask(user), clock.wait(WAIT_MS, late.signal).then(unknown, unknown)])
    } finally {
      late.abort()
    }
  }

  return async (user: string, space: string, channel: string | undefined): Promise<Asker> => ({
    platform: 'slack',
    space,
    user,
    ...(channel !== undefined && { channel }),
    ...(await profileOf(user)),
  })
}

async function askProfile(client: WebClient, id: string): Promise<Profile> {
  const { user } = await client.users.info({ user: id, include_locale: true })
  return {
    manager: user?.is_admin === true || user?.is_owner === true,
    ...(user?.tz !== undefined && { zone: user.tz }),
    ...(user?.locale !== undefined && { locale: user.locale }),
  }
}
