package keystone

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the oldest signatures are made with it
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// checkEC2Signature tells whether a request was signed with the secret, as EC2 clients do: by one of AWS's signature
// versions 0, 1, 2 and 4. A port in the host may have been left out.
func checkEC2Signature(secret string, signed schema.Dict) error {
	want := text(signed, "signature")
	if sameSignature(want, ec2Signature(secret, signed)) {
		return nil
	}
	if host, _, hasPort := strings.Cut(text(signed, "host"), ":"); hasPort && want != "" &&
		sameSignature(want, ec2Signature(secret, signed.With("host", host))) {
		return nil
	}
	return errNotAllowed
}

// ec2Signature is "" where there is nothing that could be signed.
func ec2Signature(secret string, signed schema.Dict) string {
	params, _ := dig(signed, "params")
	switch text(params, "SignatureVersion") {
	case "0":
		return mac(sha1.New, secret, text(params, "Action")+text(params, "Timestamp"))
	case "1":
		return mac(sha1.New, secret, version1(params))
	case "2":
		params = params.With("SignatureMethod", "HmacSHA256")
		return mac(sha256.New, secret, text(signed, "verb")+"\n"+text(signed, "host")+"\n"+text(signed, "path")+"\n"+canonicalQuery(params))
	}
	headers, _ := dig(signed, "headers")
	if strings.HasPrefix(text(headers, "Authorization"), "AWS4-HMAC-SHA256") || text(params, "X-Amz-Algorithm") == "AWS4-HMAC-SHA256" {
		return version4(secret, signed, params, headers)
	}
	return ""
}

func mac(h func() hash.Hash, secret, signed string) string {
	m := hmac.New(h, []byte(secret))
	m.Write([]byte(signed))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func version1(params schema.Dict) string {
	sorted := slices.Clone(params)
	slices.SortStableFunc(sorted, func(a, b schema.Pair) int { return strings.Compare(strings.ToLower(a.Key), strings.ToLower(b.Key)) })
	var b strings.Builder
	for _, p := range sorted {
		b.WriteString(p.Key + schema.Str(p.Value))
	}
	return b.String()
}

// canonicalQuery is parameters as they are signed: sorted, and quoted as AWS wants it.
func canonicalQuery(params schema.Dict) string {
	sorted := slices.Clone(params)
	slices.SortStableFunc(sorted, func(a, b schema.Pair) int { return strings.Compare(a.Key, b.Key) })
	pairs := make([]string, len(sorted))
	for i, p := range sorted {
		pairs[i] = quote(p.Key) + "=" + quote(schema.Str(p.Value))
	}
	return strings.Join(pairs, "&")
}

// quote escapes all but letters, digits and _.-~, as Python does.
func quote(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_.-~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// oldBoto is a client that leaves the port out of the host it signs.
var oldBoto = regexp.MustCompile(`^Boto/2\.[0-9]\.[0-2]`)

// version4 signs as AWS4-HMAC-SHA256 does. What it needs is in the Authorization header, or among the parameters.
func version4(secret string, signed, params, headers schema.Dict) string {
	param := func(name string) string {
		if authorization := text(headers, "Authorization"); authorization != "" {
			_, after, _ := strings.Cut(authorization, name+"=")
			value, _, _ := strings.Cut(after, ",")
			return value
		}
		return text(params, "X-Amz-"+name)
	}
	date := text(headers, "X-Amz-Date")
	if date == "" {
		date = text(params, "X-Amz-Date")
	}
	scope := strings.Split(param("Credential"), "/") // key, date, region, service, aws4_request
	if len(scope) < 4 || !strings.HasPrefix(date, scope[1]) {
		return ""
	}
	query := ""
	verb := strings.ToUpper(text(signed, "verb"))
	if verb != "POST" {
		query = canonicalQuery(params)
	}
	canonical := strings.Join([]string{
		verb, text(signed, "path"), query, canonicalHeaders(headers, param("SignedHeaders")), param("SignedHeaders"),
		text(signed, "body_hash"),
	}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", date, strings.Join(scope[1:], "/"), hex.EncodeToString(sum[:])}, "\n")
	return hex.EncodeToString(sign(signingKey(secret, scope[1], scope[2], scope[3]), toSign))
}

func canonicalHeaders(headers schema.Dict, names string) string {
	lower := map[string]string{}
	for _, h := range headers {
		lower[strings.TrimSpace(strings.ToLower(h.Key))] = strings.TrimSpace(schema.Str(h.Value))
	}
	var lines []string
	for _, name := range strings.Split(names, ";") {
		value, ok := lower[name]
		if !ok {
			continue
		}
		if name == "host" && oldBoto.MatchString(lower["user-agent"]) {
			value, _, _ = strings.Cut(value, ":")
		}
		lines = append(lines, name+":"+value)
	}
	return strings.Join(lines, "\n") + "\n"
}

func sign(key []byte, s string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(s))
	return m.Sum(nil)
}

func signingKey(secret, date, region, service string) []byte {
	return sign(sign(sign(sign([]byte("AWS4"+secret), date), region), service), "aws4_request")
}

// checkS3Signature tells whether the token of a request, which is what was signed, was signed with the secret.
func checkS3Signature(secret string, signed schema.Dict) error {
	padded := text(signed, "token")
	raw, err := base64.URLEncoding.DecodeString(padded)
	if err != nil {
		return errNotAllowed
	}
	toSign := string(raw)
	if !strings.HasPrefix(toSign, "AWS4") {
		if sameSignature(text(signed, "signature"), mac(sha1.New, secret, toSign)) {
			return nil
		}
		return errNotAllowed
	}
	parts := strings.Split(toSign, "\n")
	if len(parts) != 4 || parts[0] != "AWS4-HMAC-SHA256" {
		return errNotAllowed
	}
	scope := strings.Split(parts[2], "/")
	if len(scope) != 4 || scope[3] != "aws4_request" || !slices.Contains([]string{"s3", "iam", "sts"}, scope[2]) {
		return errNotAllowed
	}
	if sameSignature(text(signed, "signature"), hex.EncodeToString(sign(signingKey(secret, scope[0], scope[1], scope[2]), toSign))) {
		return nil
	}
	return errNotAllowed
}
