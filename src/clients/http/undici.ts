/** The two pieces of undici we use: a bundler keeps named exports of a package that is loaded on use only when they are named. */
export { Agent, request } from 'undici';
