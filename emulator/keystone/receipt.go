package keystone

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fernet/fernet-go"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// Users can be held to more than one method at once. Who has passed some of them gets a receipt, and can bring it along
// with the rest.

// receiptLife is upstream's default: [receipt] expiration, in seconds.
const receiptLife = 300 * time.Second

// receiptHeader carries receipts both ways.
const receiptHeader = "Openstack-Auth-Receipt"

// requiredMethods are the user's rules, less methods that the cloud does not offer.
func (s *Service) requiredMethods(u *User) [][]string {
	if enabled, said := u.Options["multi_factor_auth_enabled"]; said && enabled != true {
		return nil
	}
	rules, _ := u.Options["multi_factor_auth_rules"].([]any)
	var required [][]string
	for _, rule := range rules {
		list, _ := rule.([]any)
		var names []string
		for _, name := range list {
			if name, ok := name.(string); ok && slices.Contains(s.conf.AuthMethods, name) {
				names = appendNew(names, name)
			}
		}
		if len(names) > 0 {
			required = append(required, names)
		}
	}
	return required
}

// enoughMethods holds what was proved against the user's rules, with what an earlier receipt proves.
func (a *attempt) enoughMethods() error {
	u, _ := a.s.users.Get(a.r, a.userID)
	if sealed := a.call.Request.Header.Get(receiptHeader); sealed != "" {
		earlier, ok := a.s.openReceipt(a, sealed)
		if !ok {
			return errNotAllowed
		}
		a.methods |= earlier
	}
	required := a.s.requiredMethods(&u)
	if len(required) == 0 {
		return nil
	}
	have := a.methods.names()
	for _, rule := range required {
		if !slices.ContainsFunc(rule, func(name string) bool { return !slices.Contains(have, name) }) {
			return nil
		}
	}
	domain, _ := a.s.domain(a.r, u.DomainID)
	now := a.call.Now.Truncate(time.Second)
	view := receiptView{Methods: have, User: receiptUser{u.ID, u.Name, idName{domain.ID, domain.Name}}, IssuedAt: tokenTime(now)}
	view.ExpiresAt = tokenTime(now.Add(receiptLife))
	sealed, err := a.s.sealReceipt(a, now)
	if err != nil {
		return err
	}
	return &fail.Error{Kind: fail.Unauthenticated, Resource: receipt, ID: sealed, Cause: &receiptOut{view, required}}
}

type receiptView struct {
	Methods   []string    `json:"methods"`
	User      receiptUser `json:"user"`
	ExpiresAt string      `json:"expires_at"`
	IssuedAt  string      `json:"issued_at"`
}

type receiptUser struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain idName `json:"domain"`
}

// receiptOut says what was proved and what is missing.
type receiptOut struct {
	Receipt  receiptView `json:"receipt"`
	Required [][]string  `json:"required_auth_methods"`
}

func (r *receiptOut) Error() string { return "more methods are required" }

func receiptReply(_ *httpapi.Call, err *fail.Error) httpapi.Reply {
	return httpapi.Reply{Status: http.StatusUnauthorized, Header: http.Header{receiptHeader: {err.ID}}, JSON: err.Cause}
}

// receiptMark begins what is in a receipt, so that it is no token.
const receiptMark = "receipt/"

func (s *Service) sealReceipt(a *attempt, now time.Time) (string, error) {
	key, _ := s.keys.Last(a.r)
	payload := receiptMark + a.userID + "/" + base64.RawURLEncoding.EncodeToString([]byte{byte(a.methods)})
	sealed, err := fernet.EncryptAndSignAtTime([]byte(payload), &key.Secret, now)
	return strings.TrimRight(string(sealed), "="), err
}

// openReceipt tells which methods a receipt of this user is for.
func (s *Service) openReceipt(a *attempt, sealed string) (methods, bool) {
	if len(sealed) > maxToken {
		return 0, false
	}
	padded := sealed + strings.Repeat("=", -len(sealed)&3)
	for key := range s.keys.All(a.r) {
		payload := fernet.VerifyAndDecrypt([]byte(padded), 0, []*fernet.Key{&key.Secret})
		head, err := base64.URLEncoding.DecodeString(padded)
		if payload == nil || err != nil || len(head) < 9 {
			continue
		}
		rest, ok := strings.CutPrefix(string(payload), receiptMark+a.userID+"/")
		proved, err := base64.RawURLEncoding.DecodeString(rest)
		var seconds int64
		for _, b := range head[1:9] {
			seconds = seconds<<8 | int64(b)
		}
		if !ok || err != nil || len(proved) != 1 || !a.call.Now.Before(time.Unix(seconds, 0).Add(receiptLife)) {
			return 0, false
		}
		return methods(proved[0]), true
	}
	return 0, false
}
