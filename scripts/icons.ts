// node scripts/bootstrap.mjs scripts/icons.ts: draws the PNG icons from their SVG sources, with the browser at hand. Run when a source changed; the PNGs are kept.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const folder = join(import.meta.dirname, '../web/public/icons')
const icons = [
  { from: 'mark.svg', to: 'icon-192.png', size: 192 },
  { from: 'mark.svg', to: 'icon-512.png', size: 512 },
  { from: 'maskable.svg', to: 'maskable-512.png', size: 512 },
  // iOS rounds the corners itself.
  { from: 'maskable.svg', to: 'apple-touch-icon.png', size: 180 },
  { from: 'badge.svg', to: 'badge-96.png', size: 96 },
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const page = await browser.newPage()
for (const { from, to, size } of icons) {
  const svg = readFileSync(join(folder, from), 'base64')
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>*{margin:0}img{display:block;width:${size}px}</style><img src="data:image/svg+xml;base64,${svg}">`,
  )
  await page.locator('img').evaluate((image: HTMLImageElement) => image.decode())
  writeFileSync(join(folder, to), await page.screenshot({ omitBackground: true }))
}
await browser.close()
