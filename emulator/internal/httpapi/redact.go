package httpapi

import "regexp"

// secrets are the members of a JSON object that hold what nobody should find in a log.
var secrets = regexp.MustCompile(`("(?:password|original_password|adminPass|secret|passcode|auth_key|blob)"\s*:\s*)"(?:[^"\\]|\\.)*"?`)

// tokenMember is a token presented in an authentication request: {"token": {"id": "..."}}.
var tokenMember = regexp.MustCompile(`("token"\s*:\s*\{\s*"id"\s*:\s*)"(?:[^"\\]|\\.)*"?`)

func redactBody(body []byte) []byte {
	if len(body) == 0 {
		return body
	}
	replacement := []byte(`${1}"` + redacted + `"`)
	return tokenMember.ReplaceAll(secrets.ReplaceAll(body, replacement), replacement)
}
