// Package ca is a certificate authority of one's own, for clouds that are served over TLS: it is made on first use, kept in
// a directory, and issues certificates for the names under which the machine is reached.
package ca
