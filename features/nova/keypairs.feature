@nova @config:compute
Feature: Key pairs
  A key pair is the public half of a user's key, by a name. Servers are given one when they are created.

  Background:
    Given block storage microversion 3.44
    When I send POST "os-keypairs" to Nova:
      """
      {"keypair": {"name": "{name:mine}", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO02Mo0eAckjSzZfNqJ1vXhNjc6CR4BeOqvFrjnHJCzu me"}}
      """

  @op:nova.keypairs.create @op:nova.keypairs.show @op:nova.keypairs.delete
  Scenario: A key is imported, shown and deleted
    Then the answer says:
      | keypair.name        | {name:mine}                                     |
      | keypair.fingerprint | be:25:19:e5:d4:bb:f4:a0:c5:09:8f:36:57:8f:24:1d |
      | keypair.user_id     | {my user}                                       |
    When I send GET "os-keypairs/{name:mine}" to Nova
    Then the answer says:
      | keypair.name    | {name:mine} |
      | keypair.deleted | false       |
    When I send DELETE "os-keypairs/{name:mine}" to Nova
    And I try to send GET "os-keypairs/{name:mine}" to Nova
    Then it is refused as not found

  @op:nova.keypairs.list
  Scenario: It is its user's own
    When I send GET "os-keypairs" to Nova
    Then one of the "keypairs" in the answer says:
      | keypair.name | {name:mine} |
    When a stranger tries to send GET "os-keypairs/{name:mine}" to Nova
    Then it is refused as not found
    When I send DELETE "os-keypairs/{name:mine}" to Nova
    Then the answer is 204

  @op:nova.keypairs.create
  Scenario: A name is for one key, and a key is one
    When I try to send POST "os-keypairs" to Nova:
      """
      {"keypair": {"name": "{name:mine}", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO02Mo0eAckjSzZfNqJ1vXhNjc6CR4BeOqvFrjnHJCzu me"}}
      """
    Then it is refused as a conflict, saying "Key pair '{name:mine}' already exists."
    When I try to send POST "os-keypairs" to Nova:
      """
      {"keypair": {"name": "{name:other}", "public_key": "ssh-rsa JUNK"}}
      """
    Then it is refused as a bad request, saying "Keypair data is invalid: failed to generate fingerprint"
    When I send DELETE "os-keypairs/{name:mine}" to Nova
    Then the answer is 204
