// Chooses the colour by which an environment is told apart.
import { Input } from '@mantine/core';
import { useId } from 'react';
import type { Environment } from '../api/session.ts';
import { COLORS, EnvironmentMark } from './environment-mark.tsx';
import styles from './environments.module.css';

type ColorChoiceProps = {
  readonly value: Environment['color'];
  readonly onChange: (color: Environment['color']) => void;
};

export function ColorChoice({ value, onChange }: ColorChoiceProps) {
  const name = useId();
  return (
    <div role="radiogroup" aria-labelledby={`${name}-label`}>
      <Input.Label id={`${name}-label`} labelElement="div">
        Colour
      </Input.Label>
      <div className={styles.swatches}>
        {COLORS.map((color) => (
          <label key={color} className={styles.swatch}>
            <input
              type="radio"
              name={name}
              value={color}
              checked={value === color}
              onChange={() => onChange(color)}
            />
            <EnvironmentMark color={color} />
            {color}
          </label>
        ))}
      </div>
    </div>
  );
}
