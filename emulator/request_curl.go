package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Curl is the request as a command for a shell, with $OS_TOKEN in place of the token ($OS_SUBJECT_TOKEN for the one that
// is asked about). baseURL is where to send it, such as emu.URL(); empty is where the client sent it. Other secrets have
// to be filled in for "***", and a body that was not kept is left out.
func (r Request) Curl(baseURL string) string {
	if baseURL == "" {
		baseURL = r.Site
	}
	args := []string{"curl", "-sS"}
	switch r.Method {
	case http.MethodGet:
	case http.MethodHead:
		args = append(args, "--head")
	default:
		args = append(args, "-X", quoted(r.Method))
	}
	args = append(args, quoted(strings.TrimRight(baseURL, "/")+r.URL))
	for _, name := range slices.Sorted(maps.Keys(r.RequestHeader)) {
		for _, value := range r.RequestHeader[name] {
			if h := curlHeader(name, value); h != "" {
				args = append(args, "-H", h)
			}
		}
	}
	if len(r.RequestBody) > 0 {
		args = append(args, "--data-binary", quoted(string(r.RequestBody)))
	}
	return strings.Join(args, " ")
}

// curlHeader is a header as an argument; "" for those that curl sets itself.
func curlHeader(name, value string) string {
	switch http.CanonicalHeaderKey(name) {
	case "Content-Length", "Accept-Encoding", "User-Agent", "Host", "Connection", "Transfer-Encoding", "Expect":
		return ""
	case "X-Auth-Token":
		return `"X-Auth-Token: $OS_TOKEN"`
	case "X-Subject-Token":
		return `"X-Subject-Token: $OS_SUBJECT_TOKEN"`
	}
	return quoted(name + ": " + value)
}

// quoted is a word for a POSIX shell.
func quoted(word string) string {
	safe := word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,@%+", r)
	})
	if safe {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
