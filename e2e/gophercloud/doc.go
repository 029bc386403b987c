// Package gophercloud runs gophercloud's own acceptance tests; see the script run. Its imports are in imports.go, behind the
// tests' build tag.
package gophercloud
