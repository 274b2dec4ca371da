/** A place to keep small texts: the browser's storage, or memory where there is none. */
export interface KeyValue {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Keeps texts as long as the program runs. */
export function memoryStorage(): KeyValue {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

/** The browser's storage of that kind. Private windows and sandboxed frames may refuse it: memory then. */
export function browserStorage(kind: 'localStorage' | 'sessionStorage'): KeyValue {
  try {
    if (typeof window === 'undefined') return memoryStorage()
    const storage = window[kind]
    storage.getItem('fairground')
    return storage
  } catch {
    return memoryStorage()
  }
}
