package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secrets are those of one exchange, and what takes them out of it.
type secrets struct {
	whole []string // as they are
	begun []string // the beginnings of secrets that were cut

	forms []string // in which whole ones may be repeated, the longest first
	bytes [][]byte // the same
}

// repeated is how long a secret is that is blanked wherever it occurs. A shorter one, such as a user's password that is
// the user's name, too, is blanked only within a longer text.
const repeated = 6

func (s *secrets) add(secret string, whole bool) {
	switch {
	case secret == "" || secret == redacted:
	case whole && !slices.Contains(s.whole, secret):
		s.whole = append(s.whole, secret)
	case !whole && len(secret) >= repeated:
		s.begun = append(s.begun, secret)
	}
}

// prepare is called when all secrets are known.
func (s *secrets) prepare() {
	for _, secret := range s.whole {
		quoted := inJSON(secret)
		python := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(secret)
		s.forms = append(s.forms, secret, quoted, inJSON(quoted), python, url.QueryEscape(secret), url.PathEscape(secret))
	}
	slices.SortFunc(s.forms, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	s.forms = slices.Compact(s.forms)
	for _, form := range s.forms {
		s.bytes = append(s.bytes, []byte(form))
	}
}

// concern tells whether a plain text may have to be changed.
func (s *secrets) concern(text []byte) bool {
	if len(s.begun) > 0 || bytes.IndexByte(text, '@') >= 0 {
		return true
	}
	for _, form := range s.bytes {
		if bytes.Contains(text, form) {
			return true
		}
	}
	return false
}

// inJSON is a text as JSON has it between quotes.
func inJSON(text string) string {
	b, err := encode(text)
	if err != nil || len(b) < 2 {
		return text
	}
	return string(b[1 : len(b)-1])
}

// blank takes the secrets out of a text. One that has been cut may end with the beginning of a secret, which goes, too.
func (s *secrets) blank(text string, whole bool) string {
	for _, form := range s.forms {
		if strings.Contains(text, form) {
			text = blankOne(text, form)
		}
	}
	for _, begun := range s.begun {
		if i := strings.Index(text, begun); i >= 0 {
			text = text[:i] + redacted
		}
	}
	if whole {
		return text
	}
	text = withoutHalf(text)
	for _, form := range s.forms {
		for n := min(len(form)-1, len(text)); n >= 4; n-- {
			if strings.HasSuffix(text, form[:n]) {
				return text[:len(text)-n] + redacted
			}
		}
	}
	return text
}

// withoutHalf is a text without the half of a letter that cutting has left at its end.
func withoutHalf(text string) string {
	for range utf8.UTFMax - 1 {
		if r, n := utf8.DecodeLastRuneInString(text); r != utf8.RuneError || n != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return text
}

// blankOne takes one secret out of a text that has it: everywhere, or if it is short, where it stands for itself in a
// longer text.
func blankOne(text, secret string) string {
	if len(secret) >= repeated {
		return strings.ReplaceAll(text, secret, redacted)
	}
	if text == secret {
		return text
	}
	var b strings.Builder
	for at := 0; ; {
		i := strings.Index(text[at:], secret)
		if i < 0 {
			b.WriteString(text[at:])
			return b.String()
		}
		begin, end := at+i, at+i+len(secret)
		before, _ := utf8.DecodeLastRuneInString(text[:begin])
		after, _ := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[at:begin])
		if alone := !isWord(before) && !isWord(after); alone {
			b.WriteString(redacted)
		} else {
			b.WriteString(secret)
		}
		at = end
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func (s *secrets) ofBody(body []byte) {
	if looksLikeJSON(body) {
		scrub(body, s, true, 0)
	}
}

// requestBody is a body without secrets. What is no JSON may hold them anywhere, and is withheld.
func (s *secrets) requestBody(body []byte) []byte {
	switch {
	case len(body) == 0:
		return body
	case looksLikeJSON(body):
		return scrub(body, s, false, 0)
	}
	return []byte(withheld(len(body)))
}

// formTokens are the secrets in an answer that is a form, as those of OAuth 1 are.
var formTokens = regexp.MustCompile(`\b(oauth_token|oauth_token_secret)=[^&\s]+`)

// responseBody is a body without secrets; a page of text has none but those that it repeats.
func (s *secrets) responseBody(body []byte) []byte {
	switch {
	case len(body) == 0:
		return body
	case looksLikeJSON(body):
		return scrub(body, s, false, 0)
	}
	text := s.blank(withoutUserinfo(string(body)), len(body) < loggedBody)
	return []byte(formTokens.ReplaceAllString(text, "$1="+redacted))
}

func withheld(n int) string { return "(" + strconv.Itoa(n) + " bytes that are not JSON)" }

// unquote is what a JSON string says; ok is false if it is malformed.
func unquote(raw []byte) (text string, ok bool) {
	if n := len(raw); n >= 2 && plain(raw[1:n-1]) && raw[0] == '"' && raw[n-1] == '"' {
		return string(raw[1 : n-1]), true
	}
	return text, json.Unmarshal(raw, &text) == nil
}

// plain tells whether a JSON string says what it has between its quotes.
func plain(inner []byte) bool {
	for _, b := range inner {
		if b < ' ' || b == '"' || b == '\\' || b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
