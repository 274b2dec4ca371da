/**
 * Looks whether the browser trusts the server or only lets a warning be. Who tapped a warning away gets pages, but no
 * service worker (Chrome) or no WebSocket (Safari).
 */
export const PAGE_SCRIPT = `
const state = document.getElementById('state')
const WORDS = {
  unknown: ['Checking …', ''],
  yes: ['This browser trusts this server.', ''],
  no: [
    'Not trusted yet.',
    'Follow the steps. If it still says so after the last one, close the browser for good and come back.',
  ],
}

function show(trust) {
  const [verdict, advice] = WORDS[trust]
  state.dataset.trust = trust
  state.hidden = false
  state.querySelector('.verdict').textContent = verdict
  state.querySelector('.advice').textContent = advice
}

async function takesWorker() {
  try {
    const registration = await navigator.serviceWorker.register('ca/check.js')
    await registration.unregister()
    return true
  } catch (error) {
    return !/certificate/i.test(String(error))
  }
}

function opensSocket() {
  const folder = location.pathname.slice(0, location.pathname.lastIndexOf('/') + 1)
  return new Promise((resolve) => {
    const socket = new WebSocket('wss://' + location.host + folder)
    const timer = setTimeout(() => resolve(false), 5000)
    socket.onopen = () => resolve(true)
    socket.onerror = () => resolve(false)
    socket.onclose = () => clearTimeout(timer)
  })
}

async function check() {
  show('unknown')
  show((await takesWorker()) && (await opensSocket()) ? 'yes' : 'no')
}

document.getElementById('again').addEventListener('click', check)
// An iPad says that it is a Mac; no Mac has a touch screen.
const { target } = document.body.dataset
if (target === 'macos' && navigator.maxTouchPoints > 1 && location.search === '') location.replace('?for=ios')
check()
`

/** Never runs: whether a browser takes it is the answer. */
export const CHECK_WORKER = '// Registered only to see whether this browser trusts the server.\n'
