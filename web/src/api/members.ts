// The people of the organisation, and those who are invited to it.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';

export type Member = ResponseOf<'members.listMembers'>['results'][number];
export type Invite = ResponseOf<'members.listInvites'>['results'][number];

const KEY = ['members'] as const;

export const membersQuery = queryOptions({
  queryKey: [...KEY, 'members'],
  queryFn: ({ signal }) => call('members.listMembers', { signal }),
});

export const invitesQuery = queryOptions({
  queryKey: [...KEY, 'invites'],
  queryFn: ({ signal }) => call('members.listInvites', { signal }),
});

/** Runs one change and reads both lists again. */
export function useMemberChange<I, O>(change: (input: I) => Promise<O>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
}

export const invite = (email: string) => call('members.createInvite', { body: { email } });
export const revokeInvite = (id: string) =>
  call('members.revokeInvite', { params: { invite_id: id } });
export const removeMember = (id: string) =>
  call('members.removeMember', { params: { user_id: id } });
