throw new Error(
  'A unit test imported electron. Pass the Electron object to the function under test instead.',
);

export {};
