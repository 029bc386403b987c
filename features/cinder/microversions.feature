@cinder
Feature: Microversions
  A client says which version of Block Storage it speaks, and is answered in it. Who says nothing speaks 3.0.

  Scenario Outline: Since <version> a volume tells <what>
    Given block storage microversion <before>
    And an available volume "boot" of 1 GiB
    When I send GET "volumes/{boot}" to Cinder
    Then the answer does not say "volume.<field>"
    Given block storage microversion <version>
    When I send GET "volumes/{boot}" to Cinder
    Then the answer says:
      | volume.<field> | <value> |

    @op:cinder.volumes.show
    Examples:
      | version | before | what                           | field          | value |
      | 3.13    | 3.12   | its group                      | group_id       | null  |
      | 3.48    | 3.47   | whether targets are shared     | shared_targets | false |
      | 3.65    | 3.64   | whether it counts              | consumes_quota | true  |

  @op:cinder.groups.list
  Scenario: What an older version does not know is not there
    Given block storage microversion 3.12
    When I try to send GET "groups" to Cinder
    Then it is refused as not found, saying "The resource could not be found."
    Given block storage microversion 3.13
    When I send GET "groups" to Cinder
    Then the answer is 200

  @op:cinder.volumes.list
  Scenario Outline: Nobody speaks <version>
    Given block storage microversion <version>
    When I try to send GET "volumes" to Cinder
    Then it is refused as not acceptable

    Examples:
      | version |
      | 3.999   |
      | 2.5     |
