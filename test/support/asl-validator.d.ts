/** The little of asl-validator that the tests use. */
declare module "asl-validator" {
  interface Verdict {
    readonly isValid: boolean;
    readonly errors: readonly unknown[];
  }
  function validate(definition: object, options?: { checkPaths: boolean; checkArn: boolean }): Verdict;
  export = validate;
}
