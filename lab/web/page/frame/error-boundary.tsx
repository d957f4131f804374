import { Component, type ReactNode } from "react";
import { messageOf } from "../../../errors.ts";

interface Failure {
  readonly error: unknown;
}

/** Keeps a view that fails from taking the page with it: the other views and the controls stay. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, Partial<Failure>> {
  override state: Partial<Failure> = {};

  static getDerivedStateFromError(error: unknown): Failure {
    return { error };
  }

  override render(): ReactNode {
    if (!("error" in this.state)) return this.props.children;
    return (
      <p className="empty" role="alert">
        This view cannot be drawn: {messageOf(this.state.error)}. Choose another one, or load the page again.
      </p>
    );
  }
}
