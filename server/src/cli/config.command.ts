// Prints every setting with its default and meaning.
import { describeConfig } from '#app/config';

export async function printConfig(): Promise<void> {
  for (const { name, default: byDefault, meaning } of describeConfig()) {
    console.log(`${name}${byDefault ? ` (default ${byDefault})` : ''}\n    ${meaning}`);
  }
}
