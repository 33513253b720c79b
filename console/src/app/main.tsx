import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './theme.css'
import { render } from 'preact'

const root = document.getElementById('app')
if (root) render(<h1>Verifluence monitoring</h1>, root)
