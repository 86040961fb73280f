import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '#contract/bridge.ts';
import type { Announcement } from '#contract/events.ts';

// Runs in the sandbox, beside the page: plain data in, plain data out, never an event object.

function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const relay = (_event: unknown, value: T): void => {
    listener(value);
  };
  ipcRenderer.on(channel, relay);
  return () => {
    ipcRenderer.removeListener(channel, relay);
  };
}

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke('call', { name, input }),
  subscribe: (listener) => listen<Announcement>('announcement', listener),
  desktop: {
    copySecret: (input) => ipcRenderer.invoke('copySecret', input),
    clearSecret: () => ipcRenderer.invoke('clearSecret', null),
    copyText: (text) => ipcRenderer.invoke('copyText', text),
    saveFile: (input) => ipcRenderer.invoke('saveFile', input),
    saveExport: (input) => ipcRenderer.invoke('saveExport', input),
    protectScreen: (isProtected) => ipcRenderer.invoke('protectScreen', isProtected),
    openLink: (link) => ipcRenderer.invoke('openLink', link),
    onNavigate: (listener) => listen<string>('navigate', listener),
    onAction: (listener) => listen<string>('action', listener),
  },
};

contextBridge.exposeInMainWorld('latchkey', bridge);
