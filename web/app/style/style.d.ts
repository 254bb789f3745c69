/** Styles that come with the screen that imports them. */
declare module '*.css'
