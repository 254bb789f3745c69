import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'
import { filmQr } from '../support/qr-video.ts'

suite('Pairing with the camera', { needs: ['chromium', 'dbus-daemon'] }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-film-'))
  const film = join(folder, 'qr.y4m')
  let world: AppWorld

  beforeAll(async () => {
    world = await openAppWorld({
      args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
    })
  })
  afterAll(async () => {
    await world?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the QR code that the host shows is read by the app and begins a pairing', async () => {
    const { link } = await world.host().fact(({ event }) => event === 'offer')
    writeFileSync(film, filmQr(String(link)))
    await world.chromium.context.grantPermissions(['camera'], { origin: world.origin })
    const page = await world.chromium.newPage(world.origin)
    await page.getByRole('button', { name: 'Scan the QR code' }).tap()
    await page.getByText('Pairing link read').waitFor()
    await page.getByLabel('Your name').fill('Ada')
    await page.getByRole('button', { name: 'Pair', exact: true }).tap()
    expect(await page.locator('.pair-code').textContent()).toMatch(/^\d{3} \d{3}$/)
  })

  test('without a camera it says so, and the link can be pasted', async () => {
    await world.chromium.context.clearPermissions()
    await world.chromium.context.grantPermissions([], { origin: world.origin })
    const page = await world.chromium.newPage(world.origin)
    await page.getByRole('button', { name: 'Scan the QR code' }).tap()
    await page.getByText('The camera can’t be used here. Paste the link instead.').waitFor()
    await page.getByLabel('Or paste the link').fill(`${world.origin}/p#AAAA`)
    await page.getByText('This is not a Countersign pairing link.').waitFor()
  })
})
