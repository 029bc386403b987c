package keystone

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what one-time passwords are made of
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// byTOTP wants the passcode of now, or of the half minute before, of one of the user's credentials of type totp.
func (a *attempt) byTOTP(method schema.Dict) (string, error) {
	u, err := a.lookupUser(method)
	if err != nil {
		return "", err
	}
	who, _ := dig(method, "user")
	given := text(who, "passcode")
	for one := range a.s.secrets.All(a.r) {
		if one.UserID != u.ID || one.Type != "totp" || given == "" {
			continue
		}
		for _, at := range []time.Time{a.call.Now, a.call.Now.Add(-passcodeLife)} {
			if sameSignature(passcode(one.Blob, at), given) {
				return u.ID, nil
			}
		}
	}
	return "", errNotAllowed
}

const passcodeLife = 30 * time.Second

// passcode is six digits of RFC 6238; "" where the seed is no base 32.
func passcode(seed string, at time.Time) string {
	seed = strings.TrimRight(seed, "=")
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(seed)
	if err != nil {
		return ""
	}
	m := hmac.New(sha1.New, key)
	_ = binary.Write(m, binary.BigEndian, at.Unix()/int64(passcodeLife/time.Second)) // never fails
	sum := m.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}
