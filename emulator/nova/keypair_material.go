package nova

import (
	"bytes"
	"crypto/ecdh"
	"crypto/md5" // what fingerprints of SSH keys are made with
	"crypto/rsa"
	"crypto/sha1" // and those of certificates
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"strings"
)

// fingerprint is that of a public key, or of a certificate (nova/crypto.py).
func fingerprint(t KeyType, public string) (string, error) {
	if t == KeyTypeX509 {
		block, _ := pem.Decode([]byte(public))
		if block == nil {
			return "", errors.New("failed to generate X509 fingerprint. Error message: Unable to load PEM file. See " +
				"https://cryptography.io/en/latest/faq/#why-can-t-i-import-my-pem-file for more details. MalformedFraming")
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "", errors.New("failed to generate X509 fingerprint. Error message: error parsing asn1 value")
		}
		sum := sha1.Sum(block.Bytes)
		return colons(sum[:]), nil
	}
	raw, ok := sshKey(public)
	if !ok {
		return "", errors.New("failed to generate fingerprint")
	}
	sum := md5.Sum(raw)
	return colons(sum[:]), nil
}

func colons(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(pairs, ":")
}

// sshKey is the key in a line such as "ssh-rsa AAAA... comment", if it is one.
func sshKey(line string) ([]byte, bool) {
	words := strings.SplitN(line, " ", 3)
	if len(words) < 2 {
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(words[1]))
	if err != nil {
		return nil, false
	}
	inner, rest, ok := sshString(raw)
	return raw, ok && string(inner) == words[0] && sshParts(words[0], rest)
}

// sshParts tells whether what follows the name of an algorithm is a key of it.
func sshParts(algorithm string, rest []byte) bool {
	parts := sshStrings(rest)
	switch bare, isHardware := strings.CutPrefix(algorithm, "sk-"); {
	case isHardware && len(parts) > 0: // and the application that the key is for
		return sshParts(strings.TrimSuffix(bare, "@openssh.com"), rest[:len(rest)-len(parts[len(parts)-1])-4])
	case algorithm == "ssh-rsa" && len(parts) == 2:
		e, n := new(big.Int).SetBytes(parts[0]), new(big.Int).SetBytes(parts[1])
		return e.Cmp(big.NewInt(3)) >= 0 && e.Bit(0) == 1 && n.Cmp(e) > 0
	case algorithm == "ssh-dss":
		return len(parts) == 4
	case algorithm == "ssh-ed25519" && len(parts) == 1:
		return len(parts[0]) == 32
	case len(parts) == 2:
		curve, ok := map[string]ecdh.Curve{"nistp256": ecdh.P256(), "nistp384": ecdh.P384(), "nistp521": ecdh.P521()}[string(parts[0])]
		if !ok || algorithm != "ecdsa-sha2-"+string(parts[0]) {
			return false
		}
		_, err := curve.NewPublicKey(parts[1])
		return err == nil
	}
	return false
}

// sshStrings are the strings that make up all of the bytes; nil if they do not.
func sshStrings(raw []byte) [][]byte {
	var all [][]byte
	for len(raw) > 0 {
		next, rest, ok := sshString(raw)
		if !ok {
			return nil
		}
		all, raw = append(all, next), rest
	}
	return all
}

// sshString is the string that bytes begin with (RFC 4251, section 5).
func sshString(raw []byte) (text, rest []byte, ok bool) {
	if len(raw) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(raw)
	if uint64(len(raw)-4) < uint64(n) {
		return nil, nil, false
	}
	return raw[4 : 4+n], raw[4+n:], true
}

// keyBits is the length of new keys.
const keyBits = 2048

// newSSHKey makes an RSA key of the cloud's own chance: the same seed, the same key.
func newSSHKey(chance io.Reader) (private, public string) {
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, q := prime(chance, keyBits/2), prime(chance, keyBits/2)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		key := rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: int(e.Int64())}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		private = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(&key)}))
		return private, "ssh-rsa " + base64.StdEncoding.EncodeToString(sshRSA(&key.PublicKey)) + " Generated-by-Nova"
	}
}

// prime is the first prime from a number on that has its two highest bits set.
func prime(chance io.Reader, bits int) *big.Int {
	raw := make([]byte, bits/8)
	_, _ = io.ReadFull(chance, raw) // it never fails
	raw[0] |= 0xc0
	raw[len(raw)-1] |= 1
	p, two := new(big.Int).SetBytes(raw), big.NewInt(2)
	for !p.ProbablyPrime(20) {
		p.Add(p, two)
	}
	return p
}

// sshRSA is an RSA key as SSH sends it (RFC 4253, section 6.6).
func sshRSA(key *rsa.PublicKey) []byte {
	var out bytes.Buffer
	for _, part := range [][]byte{[]byte("ssh-rsa"), positive(big.NewInt(int64(key.E))), positive(key.N)} {
		_ = binary.Write(&out, binary.BigEndian, uint32(len(part)))
		out.Write(part)
	}
	return out.Bytes()
}

// positive are the bytes of a number whose highest bit is not taken for a sign.
func positive(n *big.Int) []byte {
	raw := n.Bytes()
	if raw[0]&0x80 != 0 {
		return append([]byte{0}, raw...)
	}
	return raw
}
