-- One tenant's crowd, in the forms in which the product writes each column (benchmarks/rig/looking.py checks a
-- sample). Of 20 people two have no email, two a bounced one, two are inactive, five hold a temporary password.
-- Parameters: tenant, slug, directory, people, events, first_number.

CREATE UNLOGGED TABLE crowd AS
SELECT n, gen_random_uuid() AS person, gen_random_uuid() AS account, gen_random_uuid() AS address,
       gen_random_uuid() AS recovery, gen_random_uuid() AS message, gen_random_uuid() AS notice,
       first, surname, lower(first || '.' || surname) AS identifier,
       lower(first || '.' || surname) || '@' || %(slug)s || '.example' AS email, mod(n, 10) <> 3 AS has_email,
       '+1' || (%(first_number)s + n) AS number, now() - (%(people)s - n) * (interval '30 days' / %(people)s) AS asked
FROM (
    SELECT n, (ARRAY['Mara', 'Nils', 'Otto', 'Edda', 'Ivo'])[1 + mod(n / 20, 5)] AS first,
           initcap(part[1 + (x & 15)] || part[1 + (x >> 4 & 15)] || part[1 + (x >> 8 & 15)]
                   || part[1 + (x >> 12 & 15)] || part[1 + (x >> 16 & 15)]) AS surname
    FROM (SELECT n, mod(n::bigint * 611953, 1048576)::int AS x FROM generate_series(1, %(people)s) AS n) AS numbered,
         (SELECT ARRAY['la','me','ni','ro','su','ta','ve','wi','ka','lo','mu','na','pe','ri','so','tu'] AS part) AS parts
) AS named;

CREATE INDEX ON crowd (n);
ANALYZE crowd;

INSERT INTO audit_event (id, tenant_id, at, action, actor, subject, source, reason, data, position, chain)
SELECT gen_random_uuid(), %(tenant)s, now() - (%(events)s - e) * (interval '1 year' / %(events)s), action,
       CASE mod(e, 3) WHEN 0 THEN 'worker' ELSE 'person:' || person END, 'person:' || person, '203.0.113.0/24', '',
       '{"reference": "7K3M-0QZP"}', e, encode(sha256(convert_to(e || %(slug)s, 'UTF8')), 'hex')
FROM (SELECT e, (ARRAY['recovery.opened', 'recovery.completed', 'session.opened', 'session.ended', 'sign_in.refused',
                       'person.updated', 'account.opened'])[1 + mod(e, 7)] AS action
      FROM generate_series(1, %(events)s) AS e) AS numbered
JOIN crowd ON n = 1 + mod(e - 1, %(people)s);

INSERT INTO people_person (id, tenant_id, identifier, identifier_key, name, status, language, version, reach,
    has_pin, allow_mobile_password_reset, needs_second_operator, first_mail_due, created_at, can_be_reached)
SELECT person, %(tenant)s, identifier, identifier, first || ' ' || surname,
       CASE mod(n, 10) WHEN 7 THEN 'inactive' ELSE 'active' END, '', 0,
       CASE mod(n, 10) WHEN 3 THEN 'no_email' WHEN 5 THEN 'bounced' ELSE 'reached' END,
       false, mod(n, 2) = 0, false, false, now() - interval '1 year', mod(n, 10) NOT IN (3, 5, 7)
FROM crowd;

INSERT INTO people_address (id, tenant_id, person_id, kind, phone_type, raw, key, lowered, finds_person, may_receive,
    is_main, bounced_at)
SELECT address, %(tenant)s::uuid, person, 'email', '', email, email, email, true, true, true,
       CASE mod(n, 10) WHEN 5 THEN now() END
FROM crowd WHERE has_email
UNION ALL
SELECT gen_random_uuid(), %(tenant)s::uuid, person, 'phone', 'sms', number, number, number, true, true, false, NULL
FROM crowd;

-- A digest of another key than the product's, of the same form: no page of the console looks a route up.
INSERT INTO people_route (id, kind, digest, tenant_id)
SELECT gen_random_uuid(), 'email', encode(sha256(convert_to(email, 'UTF8')), 'hex'), %(tenant)s::uuid
FROM crowd WHERE has_email
UNION ALL
SELECT gen_random_uuid(), 'phone', encode(sha256(convert_to(number, 'UTF8')), 'hex'), %(tenant)s::uuid FROM crowd;

INSERT INTO people_searchterm (id, tenant_id, person_id, term)
SELECT gen_random_uuid(), %(tenant)s, person, convert_to(term, 'UTF8')
FROM crowd, LATERAL (VALUES
    ('w' || lower(first || ' ' || surname)), ('w' || lower(surname || ' ' || first)), ('w' || identifier),
    (CASE WHEN has_email THEN left('w' || email, 48) END), ('n' || substr(number, 2)), ('r' || reverse(substr(number, 2)))
) AS terms (term)
WHERE term IS NOT NULL;

INSERT INTO directories_account (id, tenant_id, person_id, directory_id, login, login_key, credential_epoch,
    password_changed_at)
SELECT account, %(tenant)s, person, %(directory)s, identifier, identifier, 1, asked FROM crowd;

INSERT INTO directories_storedpassword (id, tenant_id, account_id, hash)
SELECT gen_random_uuid(), %(tenant)s, account,
       '$argon2id$v=19$m=19456,t=2,p=1$' || left(md5(identifier), 22) || '$' || md5(email) || left(md5(number), 11)
FROM crowd;

INSERT INTO directories_temporarypassword (id, tenant_id, account_id, channel, hash, state, credential_epoch, attempts,
    message_id, recovery_id, created_at, expires_at)
SELECT gen_random_uuid(), %(tenant)s, account, 'email',
       '$argon2id$v=19$m=19456,t=2,p=1$' || left(md5(number), 22) || '$' || md5(email) || left(md5(identifier), 11),
       'live', 1, 0, message, recovery, asked, now() + interval '1 day' + n * interval '1 millisecond'
FROM crowd WHERE mod(n, 4) = 0;

INSERT INTO access_session (id, tenant_id, account_id, kind, digest, credential_epoch, created_at, expires_at, agent)
SELECT gen_random_uuid(), %(tenant)s, account, 'web',
       encode(sha256(convert_to('session ' || email, 'UTF8')), 'hex'), 1, asked, now() + interval '1 day',
       'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0'
FROM crowd;

INSERT INTO recovery_recovery (id, tenant_id, intake_id, reference, person_id, account_id, method, door, source, claimed,
    state, reason, words, rules, channels, asked_by, approved_by, note, caller_checked, created_at, ended_at)
SELECT recovery, %(tenant)s, gen_random_uuid(),
       upper(left(translate(md5(email), 'abcdef', 'ABCDEF'), 4) || '-' || substr(md5(email), 5, 4)), person, account, 'link',
       'portal', '203.0.113.0/24', left(email, 1) || '***@' || left(%(slug)s, 1) || '***.example',
       CASE mod(n, 10) WHEN 3 THEN 'refused' WHEN 7 THEN 'refused' WHEN 9 THEN 'open' ELSE 'completed' END,
       CASE mod(n, 10) WHEN 3 THEN 'no_email' WHEN 7 THEN 'person_inactive' ELSE '' END, '',
       '[["person_unknown", "passed"], ["person_inactive", "passed"], ["no_email", "passed"]]', '["email"]', '', '', '',
       false, asked, CASE WHEN mod(n, 10) <> 9 THEN asked + interval '3 minutes' END
FROM crowd;

INSERT INTO recovery_ticket (id, tenant_id, recovery_id, account_id, purpose, selector, verifier_hash, code_tag, state,
    attempts, max_attempts, credential_epoch, message_id, created_at, expires_at, ended_at)
SELECT gen_random_uuid(), %(tenant)s, recovery, account, 'reset', left(md5('ticket ' || email), 16),
       encode(sha256(convert_to(email, 'UTF8')), 'hex'), encode(sha256(convert_to(number, 'UTF8')), 'hex'),
       CASE mod(n, 10) WHEN 9 THEN 'open' ELSE 'redeemed' END, 0, 5, 1, message, asked,
       asked + interval '1 hour', CASE WHEN mod(n, 10) <> 9 THEN asked + interval '3 minutes' END
FROM crowd WHERE has_email;

INSERT INTO outbox_message (id, tenant_id, person_id, address_id, elsewhere, purpose, channel, language, state, deadline,
    header_id, created_at, ended_at, last_reply, attempts)
SELECT id, %(tenant)s, person, address, '', purpose, 'email', 'en', CASE mod(n, 10) WHEN 5 THEN 'bounced' ELSE 'sent' END,
       at + interval '1 hour', '<' || id || '@' || %(slug)s || '.example>', at, at + interval '1 second',
       '250 2.0.0 Ok: queued as ' || left(md5(email), 10), 1
FROM crowd, LATERAL (VALUES (message, 'recovery_link', asked), (notice, 'password_changed', asked + interval '3 minutes'))
    AS written (id, purpose, at)
WHERE has_email ORDER BY at;

INSERT INTO outbox_attempt (id, tenant_id, message_id, at, profile, outcome, reply)
SELECT gen_random_uuid(), %(tenant)s, id, at + interval '1 second', 'main', 'accepted',
       '250 2.0.0 Ok: queued as ' || left(md5(email), 10)
FROM crowd, LATERAL (VALUES (message, asked), (notice, asked + interval '3 minutes')) AS written (id, at)
WHERE has_email ORDER BY at;

INSERT INTO audit_head (id, tenant_id, length, link, anchor_position, anchor_link, mark, moved_at, checked_to, checked_at,
    fault)
SELECT gen_random_uuid(), %(tenant)s, %(events)s, encode(sha256(convert_to(%(events)s || %(slug)s, 'UTF8')), 'hex'), 0, '',
       repeat('0', 64), now(), 0, now(), '';

INSERT INTO recovery_dailytally (id, tenant_id, day, asked, delivered, completed, median_seconds)
SELECT gen_random_uuid(), %(tenant)s, current_date - day, %(people)s / 30, %(people)s / 33, %(people)s / 40, 181
FROM generate_series(0, 29) AS day
