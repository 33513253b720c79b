import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './theme.css'
import './style.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { followLinks } from './router.ts'

const chosen = new URLSearchParams(location.search).get('theme') ?? localStorage.theme
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen

followLinks()
const root = document.getElementById('app')
if (root) render(<App />, root)
