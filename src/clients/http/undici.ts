/** Re-exports the used parts of undici by name, so that the bundler drops the rest of this dynamically imported package. */
export { Agent, request } from 'undici';
