// People of an organisation, and those who are invited to it.

/** Somebody who belongs to an organisation. */
export type Member = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | null;
};

export type Invite = {
  readonly id: string;
  readonly organizationId: number;
  readonly email: string;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};
