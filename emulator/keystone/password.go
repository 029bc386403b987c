package keystone

import (
	"regexp"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// password is one that a user has, or had. Those before the last are kept for as long as they must not come again.
type password struct {
	Secret      secretHash
	CreatedAt   time.Time
	ExpiresAt   *time.Time
	SelfService bool // the user chose it
}

// password is the one that counts.
func (u *User) password() password {
	if len(u.Passwords) == 0 {
		return password{}
	}
	return u.Passwords[len(u.Passwords)-1]
}

// option tells whether one of the user's options is set.
func (u *User) option(name string) bool { return u.Options[name] == true }

// expired tells whether the password has to be changed before it is good for a token.
func (u *User) passwordExpired(now time.Time) bool {
	at := u.password().ExpiresAt
	return at != nil && !u.option("ignore_password_expiry") && !now.Before(*at)
}

// fingerprint is what is kept of a password; of a long one, only the beginning counts.
func (s *Service) fingerprint(secret string) secretHash {
	return newSecret(s.ids, secret[:min(len(secret), s.conf.MaxPasswordLength)])
}

func (s *Service) passwordMatches(p password, secret string) bool {
	return p.Secret.matches(secret[:min(len(secret), s.conf.MaxPasswordLength)])
}

// setPassword gives a user another password, nil for none at all. The old ones expire.
func (s *Service) setPassword(u *User, secret *string, now time.Time) {
	rules := s.conf.SecurityCompliance
	kept := slices.Clone(u.Passwords[max(0, len(u.Passwords)-max(rules.UniqueLastPasswordCount, 1)):])
	for i := range kept {
		if at := kept[i].ExpiresAt; at == nil || at.After(now) {
			kept[i].ExpiresAt = &now
		}
	}
	next := password{CreatedAt: now}
	if secret != nil {
		next.Secret = s.fingerprint(*secret)
	}
	if rules.PasswordExpiresDays > 0 && !u.option("ignore_password_expiry") {
		at := now.Add(days(rules.PasswordExpiresDays)).Truncate(time.Second)
		next.ExpiresAt = &at
	}
	u.Passwords = append(kept, next)
}

// changeUponFirstUse lets a password that somebody else has set expire at once, where the rules are so.
func (s *Service) changeUponFirstUse(u *User, now time.Time) {
	if s.conf.SecurityCompliance.ChangePasswordUponFirstUse && !u.option("ignore_change_password_upon_first_use") &&
		len(u.Passwords) > 0 {
		u.Passwords[len(u.Passwords)-1].ExpiresAt = &now
	}
}

// checkPassword holds a new password against the rule for what it has to look like.
func (s *Service) checkPassword(secret schema.Value) error {
	pattern := s.conf.SecurityCompliance.PasswordRegex
	if pattern == "" {
		return nil
	}
	text, ok := secret.(string)
	if !ok {
		return fail.New(fail.Invalid, "Password validation error: Password must be a string type.")
	}
	if !regexp.MustCompile("^(?:" + pattern + ")").MatchString(text) { // the configuration was checked
		description := s.conf.SecurityCompliance.PasswordRegexDescription
		if description == "" {
			description = "None"
		}
		return fail.New(fail.Invalid, "The password does not match the requirements: %s.", description)
	}
	return nil
}

// authenticate checks a user's password, counts failures, and says in upstream's order what else is in the way.
func (s *Service) authenticate(u User, secret string, now time.Time) error {
	switch {
	case s.locked(&u, now):
		return fail.New(fail.Unauthenticated, "The account is locked for user: %s.", u.ID)
	case !s.passwordMatches(u.password(), secret):
		if err := s.countFailure(u.ID, now); err != nil {
			return err
		}
		return errNotAllowed
	case !s.enabled(&u, now):
		return fail.New(fail.Unauthenticated, "The account is disabled for user: %s.", u.ID)
	case u.passwordExpired(now):
		return errPasswordExpired(u.ID)
	}
	if u.FailedAuths == 0 && s.conf.SecurityCompliance.DisableUserAccountDaysInactive == 0 {
		return nil
	}
	return s.changeUser(u.ID, func(u *User) {
		u.FailedAuths = 0
		if s.conf.SecurityCompliance.DisableUserAccountDaysInactive > 0 {
			u.LastActiveAt = now
		}
	})
}

func errPasswordExpired(user string) *fail.Error {
	return &fail.Error{
		Kind: fail.Unauthenticated, Resource: passwordExpired, ID: user,
		Text: "The password is expired and needs to be changed for user: " + user + ".",
	}
}

// locked tells whether too many wrong passwords have locked an account, and not too long ago.
func (s *Service) locked(u *User, now time.Time) bool {
	rules := s.conf.SecurityCompliance
	return rules.LockoutFailureAttempts > 0 && u.FailedAuths >= rules.LockoutFailureAttempts &&
		!u.option("ignore_lockout_failure_attempts") &&
		u.FailedAuthAt.Add(time.Duration(rules.LockoutDuration)*time.Second).After(now)
}

// countFailure remembers a wrong password, where that has a consequence.
func (s *Service) countFailure(user string, now time.Time) error {
	rules := s.conf.SecurityCompliance
	if rules.LockoutFailureAttempts == 0 {
		return nil
	}
	return s.changeUser(user, func(u *User) {
		over := u.FailedAuthAt.Add(time.Duration(rules.LockoutDuration) * time.Second)
		if u.FailedAuths >= rules.LockoutFailureAttempts && !over.After(now) {
			u.FailedAuths = 0
		}
		u.FailedAuths++
		u.FailedAuthAt = now
	})
}

func (s *Service) changeUser(id string, change func(*User)) error {
	return s.db.Update(func(tx *state.Tx) error {
		if u, ok := s.users.Get(tx, id); ok {
			change(&u)
			s.users.Put(tx, u)
		}
		return nil
	})
}

// enabled tells whether a user may do anything: one who has not been seen for too long may not.
func (s *Service) enabled(u *User, now time.Time) bool {
	most := s.conf.SecurityCompliance.DisableUserAccountDaysInactive
	if !u.Enabled || most == 0 || u.option("ignore_user_inactivity") {
		return u.Enabled
	}
	last := u.LastActiveAt
	if last.IsZero() {
		last = u.CreatedAt
	}
	return last.IsZero() || now.Truncate(24*time.Hour).Sub(last.Truncate(24*time.Hour)) < days(most)
}

// userPasswordChange serves POST /v3/users/{user_id}/password, for which the old password is the permission.
func (s *Service) userPasswordChange(c *httpapi.Call) error {
	in, err := refOf(c, "user")
	if err != nil {
		return err
	}
	if err := checkWhole(passwordBody, orEmptyDict(in.members)); err != nil {
		return err
	}
	u, ok := s.users.Get(s.db.View(), c.Var("user_id"))
	if !ok {
		return errNotAllowed
	}
	err = s.authenticate(u, in.text("original_password"), c.Now)
	if failure := fail.As(err); err != nil && (failure == nil || failure.Resource != passwordExpired) {
		return err
	}
	if err := s.checkPassword(in.get("password")); err != nil {
		return err
	}
	return s.db.Update(func(tx *state.Tx) error {
		u, _ := s.users.Get(tx, u.ID)
		if err := s.mayChange(&u, in.text("password"), c.Now); err != nil {
			return err
		}
		chosen := in.text("password")
		s.setPassword(&u, &chosen, c.Now)
		u.Passwords[len(u.Passwords)-1].SelfService = true
		s.users.Put(tx, u)
		s.revoke(tx, revokedUser, u.ID)
		return nil
	})
}

// mayChange applies the rules for passwords that users choose.
func (s *Service) mayChange(u *User, secret string, now time.Time) error {
	rules := s.conf.SecurityCompliance
	if u.option("lock_password") {
		return fail.New(fail.Invalid, "You cannot change your password at this time due to password policy disallowing "+
			"password changes. Please contact your administrator to reset your password.")
	}
	current := u.password()
	if allowed := current.CreatedAt.Add(days(rules.MinimumPasswordAge)); current.SelfService && now.Before(allowed) {
		return fail.New(fail.Invalid, "You cannot change your password at this time due to the minimum password age. Once you "+
			"change your password, it must be used for %d day(s) before it can be changed. Please try again in %d day(s) or "+
			"contact your administrator to reset your password.", rules.MinimumPasswordAge, int(allowed.Sub(now).Hours())/24)
	}
	if unique := rules.UniqueLastPasswordCount; unique > 0 {
		for _, past := range u.Passwords[max(0, len(u.Passwords)-unique):] {
			if s.passwordMatches(past, secret) {
				return fail.New(fail.Invalid, "The new password cannot be identical to a previous password. The total number "+
					"which includes the new password must be unique is %d.", unique)
			}
		}
	}
	return nil
}

func orEmptyDict(d schema.Dict) schema.Dict {
	if d == nil {
		return schema.Dict{}
	}
	return d
}
